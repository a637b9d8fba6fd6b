"""Stage 1, the outside world to FeedItems: catalogue, fetch, parse, govuk."""
