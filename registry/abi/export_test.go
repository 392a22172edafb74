package abi

// NewCall is how a crew's helpers sleep and are called.
var NewCall = newCall
