package abi

// NewBell is how a crew's helpers sleep and are woken.
var NewBell = newBell
