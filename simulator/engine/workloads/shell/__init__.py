"""The shell of simulated containers and the programs that it runs: a subset of POSIX sh as BusyBox's ash speaks it."""
