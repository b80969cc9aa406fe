"""The room engine on Redis.

`rooms.py` is what others call; `feed.py` tells this process what happened; `deadlines.py` fires
what is due. Any number of processes may do all of it for the same rooms at the same moment.
"""
