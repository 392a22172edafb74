package cudac_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/cudac"
)

// pretend is the variable that has this test's own binary pretend to be nvcc, in
// the way that it names, or compile.
const pretend = "OPTC_TEST_PRETEND_NVCC"

// listener is where a pretended nvcc that never ends says that it has begun.
const listener = "OPTC_TEST_LISTENER"

func TestMain(m *testing.M) {
	switch way := os.Getenv(pretend); way {
	case "":
		os.Exit(m.Run())
	case "compile":
		_, err := cudac.Compile(context.Background(), "rule", nil)
		fmt.Print(err)
	default:
		os.Exit(pretendToBe(way, os.Args[1:]))
	}
}

// pretendNVCC puts this test's binary in the place of nvcc, and the only folder
// for temporary files in a fresh one, which it gives.
func pretendNVCC(t *testing.T, way string) (temporary string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	content, err := os.ReadFile(self)
	require.NoError(t, err)
	home := t.TempDir()
	name := map[bool]string{true: "nvcc.exe", false: "nvcc"}[runtime.GOOS == "windows"]
	require.NoError(t, os.Mkdir(filepath.Join(home, "bin"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(home, "bin", name), content, 0o755))
	t.Setenv("CUDA_HOME", home)
	t.Setenv(pretend, way)
	temporary = t.TempDir()
	t.Setenv("TMPDIR", temporary)
	t.Setenv("TMP", temporary)
	return temporary
}

// pretendToBe is nvcc.
func pretendToBe(way string, args []string) int {
	switch {
	case args[0] == "--version" && way == "old":
		fmt.Println("Cuda compilation tools, release 10.1, V10.1.243")
	case args[0] == "--version" && way == "silent":
	case args[0] == "--version":
		fmt.Println("Cuda compilation tools, release 12.9, V12.9.86")
	case args[0] == "--list-gpu-arch" && way == "listless":
		return 1
	case args[0] == "--list-gpu-arch":
		fmt.Println("compute_75\ncompute_89\ncompute_80\ncompute_90\ncompute_90a\ncompute_120\ncompute_121")
	case way == "refuse":
		fmt.Println("rule.cu(2): error: identifier \"x\" is undefined")
		return 2
	case way == "hostless":
		fmt.Println("nvcc fatal   : Failed to preprocess host compiler properties.")
		return 1
	case way == "wait":
		waitForever()
	default:
		return pretendToCompile(args)
	}
	return 0
}

// waitForever says that it has begun, and leaves a temporary file.
func waitForever() {
	_ = os.WriteFile(filepath.Join(os.Getenv("TMPDIR"), "tmpxft"), nil, 0o600)
	connection, err := net.Dial("tcp", os.Getenv(listener))
	if err == nil {
		_, _ = connection.Read(make([]byte, 1))
	}
}

// pretendToCompile gives as image its arguments, what it finds in its folder, and
// what nvcc would hear of the environment's options.
func pretendToCompile(args []string) int {
	entries, err := os.ReadDir(".")
	if err != nil {
		return 1
	}
	said := slices.Clone(args)
	for _, e := range entries {
		said = append(said, e.Name())
	}
	said = append(said, "prepended="+os.Getenv("NVCC_PREPEND_FLAGS")+os.Getenv("NVCC_APPEND_FLAGS"))
	out := args[slices.Index(args, "-o")+1]
	if os.WriteFile(out, []byte(strings.Join(said, " ")), 0o600) != nil {
		return 1
	}
	if slices.Contains(args, "--cubin") {
		fmt.Println(log)
	}
	return 0
}
