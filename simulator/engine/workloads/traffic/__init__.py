"""Requests as a flow: where they come from and go to, what they cost, how long they take, what is counted of them."""
