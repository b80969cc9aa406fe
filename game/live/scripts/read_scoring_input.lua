-- Reads the data that scoring a question or finishing a room needs, all at the same moment.
-- KEYS: room, players, kicked, absent, attended, answers, standings
-- Returns it as `scoring_input` does; or nil if there is no room.
return scoring_input(unpack(KEYS))
