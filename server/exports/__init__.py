"""Exports of results as CSV and XLSX files for spreadsheets."""
