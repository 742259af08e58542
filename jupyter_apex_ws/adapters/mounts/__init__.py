"""What is shared with a person, mounted in his home: by descriptor, in a mount namespace of its own.

    python -m jupyter_apex_ws.adapters.mounts PLAN REPORT HOME -- program …

A program of its own, so that it can leave the hub's namespaces: it mounts, says what it did, and becomes
bubblewrap. It imports as little as it can: a person waits for it.
"""
