-- How many users stand in each block of 128, so that the total and a page far back cost the same at any size.

CREATE TABLE user_blocks (
    first INTEGER PRIMARY KEY,  -- the lowest seq that belongs to it
    users INTEGER NOT NULL
) STRICT;
INSERT INTO user_blocks SELECT seq & ~127, count(*) FROM users GROUP BY 1;
CREATE TRIGGER user_added AFTER INSERT ON users BEGIN
    INSERT INTO user_blocks VALUES (NEW.seq & ~127, 1) ON CONFLICT (first) DO UPDATE SET users = users + 1;
END;
CREATE TRIGGER user_removed AFTER DELETE ON users BEGIN
    UPDATE user_blocks SET users = users - 1 WHERE first = OLD.seq & ~127;
END;
