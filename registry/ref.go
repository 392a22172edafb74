package registry

import (
	"regexp"
	"strings"

	"golang.org/x/mod/semver"
)

// ruleName is the form of a rule's name, as LANGUAGE.md, section 1, has it.
var ruleName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,63}$`)

// parseRef splits NAME or NAME@VERSION; the version is "" in the first.
func parseRef(ref string) (name, version string, err error) {
	name, version, versioned := strings.Cut(ref, "@")
	if !ruleName.MatchString(name) {
		return "", "", &RefError{ref, "give NAME or NAME@VERSION, as in pnm or pnm@1.0.0"}
	}
	version = strings.TrimPrefix(version, "v")
	if versioned && !validVersion(version) {
		return "", "", &RefError{ref, "after the @ comes a semantic version, as in " + name + "@1.0.0"}
	}
	return name, version, nil
}

// validVersion tells whether v is a semantic version with all three numbers.
func validVersion(v string) bool {
	return semver.IsValid("v"+v) && semver.Canonical("v"+v)+semver.Build("v"+v) == "v"+v
}

// newer compares two versions for slices.SortFunc, the newest first. Versions
// that differ in their build alone are ordered by their text.
func newer(a, b string) int {
	if c := semver.Compare("v"+b, "v"+a); c != 0 {
		return c
	}
	return strings.Compare(b, a)
}
