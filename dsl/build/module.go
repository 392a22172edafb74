package build

import (
	"fmt"
	"go/ast"
	gobuild "go/build"
	"go/format"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/modfile"
	gomod "golang.org/x/mod/module"

	optc "github.com/optc-lang/optc"
)

// modulePath is the path of this module, and of the one that Plugin writes.
const modulePath = "github.com/optc-lang/optc"

// ruleName is the form of a rule's name, as LANGUAGE.md, section 1, has it.
var ruleName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,63}$`)

// check reports the first thing that makes p no package that Go can import.
func (p Package) check() error {
	if !ruleName.MatchString(p.Name) {
		return fmt.Errorf("%q is no name for a plugin; one is a letter, then up to 63 letters, digits and _", p.Name)
	}
	if err := gomod.CheckImportPath("plugins/" + p.Name); err != nil {
		return fmt.Errorf("a plugin can't be named %s, for Windows allows no folder of that name; rename the rule", p.Name)
	}
	file, err := parser.ParseFile(token.NewFileSet(), GoFile(p.Name), p.Go, parser.SkipObjectResolution)
	if err != nil {
		return &CompileError{Name: p.Name, Output: err.Error()}
	}
	if file.Name.Name == "main" {
		return fmt.Errorf("the source generated for %s is package main, which no program can import", p.Name)
	}
	if !declaresRule(file) {
		return fmt.Errorf("the source generated for %s declares no variable Rule", p.Name)
	}
	return nil
}

func declaresRule(file *ast.File) bool {
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, s := range g.Specs {
			for _, name := range s.(*ast.ValueSpec).Names {
				if name.Name == "Rule" {
					return true
				}
			}
		}
	}
	return false
}

// GoFile is the name of a rule's generated file: zNAME.go, but zNAME_.go where
// Go would take the end of the name for a system or a test, as in zsgd_arm.go.
func GoFile(rule string) string {
	name := "z" + rule + ".go"
	nowhere := gobuild.Context{GOOS: "none", GOARCH: "none", Compiler: "gc", OpenFile: func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("package p\n")), nil
	}}
	if matched, err := nowhere.MatchFile(".", name); err != nil || !matched || strings.HasSuffix(name, "_test.go") {
		return "z" + rule + "_.go"
	}
	return name
}

// Main is the source of a plugin's program: plugins/NAME/plugin/main.go.
func Main(rule string) []byte {
	text := fmt.Sprintf("// Command plugin is the optimizer %s as a plugin.\npackage main\n\nimport (\n"+
		"\trule %q\n\t%q\n)\n\nfunc main() { wire.Serve(rule.Rule) }\n",
		rule, ImportPath(rule), modulePath+"/registry/wire")
	out, err := format.Source([]byte(text))
	if err != nil {
		return []byte(text)
	}
	return out
}

// cudaFile holds a rule's kernels for GPUs, beside its package.
const cudaFile = "cuda.json.gz"

// embedding is a file that gives the Rule of a generated package its kernels for
// GPUs.
func embedding(generated []byte) []byte {
	file, err := parser.ParseFile(token.NewFileSet(), "", generated, parser.PackageClauseOnly)
	if err != nil {
		return nil // check has found it sound
	}
	return fmt.Appendf(nil, "package %s\n\nimport _ \"embed\"\n\n//go:embed %s\nvar cuda []byte\n\nfunc init() { Rule.CUDA = cuda }\n", file.Name, cudaFile)
}

// ImportPath is the import path of a rule's package in the module that Program
// compiles.
func ImportPath(rule string) string { return modulePath + "/plugins/" + rule }

// write puts the module into a folder.
func (m module) write(folder string) error {
	for _, sub := range []string{"go.mod", "go.sum", "registry", "dsl"} {
		if err := copySource(folder, sub); err != nil {
			return err
		}
	}
	files := map[string][]byte{m.home + "/main.go": m.main}
	for _, p := range m.packages {
		home := "plugins/" + p.Name + "/"
		files[home+p.Name+".opt"], files[home+GoFile(p.Name)] = []byte(p.Source), p.Go
		stem := home + strings.TrimSuffix(GoFile(p.Name), ".go")
		if p.Vectors != nil {
			files[stem+"_simd.go"] = p.Vectors
		}
		if p.CUDA != nil {
			packed, err := p.CUDA.Pack()
			if err != nil {
				return err
			}
			files[home+cudaFile], files[stem+"_cuda.go"] = packed, embedding(p.Go)
		}
	}
	for name, text := range files {
		if err := writeFile(folder, name, text); err != nil {
			return err
		}
	}
	return os.Mkdir(filepath.Join(folder, "tmp"), 0o755)
}

// copySource writes a file or folder of the carried source, without tests.
func copySource(folder, sub string) error {
	source := optc.Source()
	return fs.WalkDir(source, sub, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "testdata":
			return fs.SkipDir
		case d.IsDir() || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := source.ReadFile(name)
		if err != nil {
			return err
		}
		return writeFile(folder, name, text)
	})
}

// writeFile writes a file whose name has slashes.
func writeFile(folder, name string, text []byte) error {
	if err := os.MkdirAll(filepath.Join(folder, filepath.FromSlash(path.Dir(name))), 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, filepath.FromSlash(name)), text, 0o644)
}

// goVersion is the oldest Go that compiles a plugin, "1.26.5" say.
func goVersion() string {
	text, err := optc.Source().ReadFile("go.mod")
	if err != nil {
		return "1.26"
	}
	file, err := modfile.ParseLax("go.mod", text, nil)
	if err != nil || file.Go == nil {
		return "1.26"
	}
	return file.Go.Version
}
