// Room Report.
