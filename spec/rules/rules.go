// Package rules lists rules that strain the compiler: each has in it what the
// rules of the papers have not, or have only alone.
package rules

//go:generate go -C ../.. run ./internal/generate spec/rules
