"""The room engine on Redis.

A process builds one `engine.Engine`. Others call its `rooms`, its `feed` tells what happens in
rooms, and it fires deadlines. Any number of processes may serve the same rooms at the same time.
"""
