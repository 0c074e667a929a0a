"""Speaking HTTP for the register: fetch through the user, ask, read the form, call one service, render."""
