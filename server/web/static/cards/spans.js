/** Intervals as words: "10 min", "3 days", "1.4 mths". */
import { boot } from "../ui/boot.js";

const MINUTE_MS = 60_000;
const MINUTES_OF_HOUR = 60;
const DAYS_OF_MONTH = 30.4375;
const DAYS_OF_YEAR = 365.25;

/** @param {"short" | "long"} unitDisplay @returns {(days: number, ms: number) => string} days, or ms if it is less than a day */
const spans = (unitDisplay) => {
  const inUnit = (/** @type {string} */ unit, digits = 0) => new Intl.NumberFormat(boot.locale, { style: "unit", unit, unitDisplay, maximumFractionDigits: digits });
  const [minute, hour, day, month, year] = [inUnit("minute"), inUnit("hour"), inUnit("day"), inUnit("month", 1), inUnit("year", 1)];
  return (days, ms) => {
    const minutes = Math.max(Math.round(ms / MINUTE_MS), 1);
    if (days <= 0) return minutes < MINUTES_OF_HOUR ? minute.format(minutes) : hour.format(Math.round(minutes / MINUTES_OF_HOUR));
    if (days < DAYS_OF_MONTH) return day.format(days);
    return days < DAYS_OF_YEAR ? month.format(days / DAYS_OF_MONTH) : year.format(days / DAYS_OF_YEAR);
  };
};

export const span = spans("short");
export const longSpan = spans("long");
