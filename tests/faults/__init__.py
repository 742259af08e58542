"""Rigs that break what the service stands on, and look at what is left.

Each one runs the real service (`python -m jupyter_apex_ws.hub`) on a state of its own, breaks one thing, and
compares what is there afterwards with a journal of what the clients were told.

    service_process   the service as a process of its own: started, killed, started again on the same state
    load, journal     clients that save, make, rename, delete, share and revoke; what each was told
    test_kill_9       kill -9 at any moment under load: nothing acknowledged lost, nothing half applied
    write_behind      a planted fault: a service that answers before it has committed. test_kill_9 finds it
    recording, disk   what the service asked of its disk, and what a power cut would have left of it
    test_power_cut    RC-05: at any moment, nothing acknowledged is lost; without the syncs it is noticed
    injection         `strace -e inject` put on the running service: the n-th call of a kind fails
    test_failing_calls  every n of every call of a save, a grant, a revoke: old or new, a clear answer

How often each one tries is an argument: `pytest tests/faults --scale=full`.
"""
