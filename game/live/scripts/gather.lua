-- Reads what scoring a question or finishing a room needs, all at the same moment.
-- KEYS: room, players, kicked, answers, standings
-- Returns it as `gathered` does; or nil if there is no room.
return gathered(KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5])
