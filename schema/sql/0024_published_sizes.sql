-- The newest published head is the largest, and it is asked for every second.
CREATE INDEX published_head_size ON published_head(size);
