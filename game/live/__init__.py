"""The room engine on Redis.

A process builds one `engine.Engine`: its `rooms` are what others call, its `feed` tells this
process what happened, and it fires deadlines. Any number of processes may do all of it for the same
rooms at the same moment.
"""
