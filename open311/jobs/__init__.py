"""Work that is done after the answer: queued in the transaction that causes it, done by a worker.

A job names its handler and has plain arguments, so who queues it need not know who does it.
Handlers live in the room of their subject; `open311 work` joins them.
"""
