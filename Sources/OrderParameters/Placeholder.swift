// Room OrderParameters.
