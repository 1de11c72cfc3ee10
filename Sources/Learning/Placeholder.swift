// Room Learning.
