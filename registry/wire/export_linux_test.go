package wire

// Placed is how many threads a host would place that a plugin has named.
func Placed(process int, threads ...int) int { return len(newTeam(process, threads).threads) }
