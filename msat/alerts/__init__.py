"""Stage 2, a FeedItem to an Alert: facts, each with the words it rests on, in dated versions."""
