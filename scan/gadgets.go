package scan

import "strings"

// gadgets are globals of which it is known that calling or holding them runs or
// reaches something: names of modules, of which everything counts, and of
// single globals. The list is for messages and for bare references; what is not
// on it is judged by the allow-list all the same.
var gadgetModules = map[string]bool{
	"os": true, "posix": true, "nt": true, "posixpath": false, "subprocess": true, "_posixsubprocess": true, "pty": true, "commands": true,
	"popen2": true, "shutil": true, "sys": true, "socket": true, "_socket": true, "ssl": true, "select": true, "signal": true, "resource": true,
	"ctypes": true, "_ctypes": true, "cffi": true, "mmap": true, "code": true, "codeop": true, "pdb": true, "bdb": true, "runpy": true,
	"importlib": true, "imp": true, "_imp": true, "_frozen_importlib": true, "_frozen_importlib_external": true, "zipimport": true,
	"pkgutil": true, "marshal": true, "pickle": true, "shelve": true, "dill": true, "cloudpickle": true, "jsonpickle": true,
	"webbrowser": true, "asyncio": true, "multiprocessing": true, "threading": true, "_thread": true, "concurrent": true, "timeit": true, "cProfile": true,
	"profile": true, "trace": true, "doctest": true, "unittest": true, "distutils": true, "setuptools": true, "pip": true, "ensurepip": true, "venv": true,
	"idlelib": true, "lib2to3": true, "test": true, "tkinter": true, "turtle": true, "urllib": true, "urllib2": true, "urllib3": true, "http": true, "httplib": true,
	"ftplib": true, "smtplib": true, "telnetlib": true, "imaplib": true, "poplib": true, "nntplib": true, "xmlrpc": true, "requests": true, "aiohttp": true,
	"httpx": true, "paramiko": true, "logging": true, "io": true, "_io": true, "codecs": true, "tempfile": true, "tarfile": true, "zipfile": true, "sqlite3": true,
	"inspect": true, "gc": true, "atexit": true, "site": true, "sysconfig": true, "platform": true, "getpass": true, "linecache": true, "fileinput": true,
	"pydoc": true, "pyclbr": true, "_pyrepl": true, "readline": true, "rlcompleter": true, "cmd": true, "modulefinder": true, "weakref": false,
	"ast": true, "dis": true, "py_compile": true, "compileall": true, "symtable": true, "yaml": true, "mako": true, "jinja2": true, "IPython": true,
	"numpy.f2py": true, "numpy.testing": true, "numpy.distutils": true, "numpy.ctypeslib": true,
	"torch.utils.collect_env": true, "torch.utils.cpp_extension": true, "torch.utils._config_module": true, "torch.hub": true, "torch.serialization": true,
	"torch.storage": true, "torch.package": true, "torch.jit": true, "torch.distributed": true, "torch._inductor": true, "torch._dynamo": true,
	"joblib.externals": true, "sklearn.externals": false,
}

var gadgetNames = func() map[string]bool {
	m := map[string]bool{}
	for module, names := range map[string]string{
		"builtins": `eval exec compile open __import__ getattr setattr delattr globals locals vars breakpoint input map filter apply execfile
			reload help memoryview super classmethod staticmethod property`,
		"operator":                     "attrgetter methodcaller itemgetter call setitem delitem",
		"_operator":                    "attrgetter methodcaller itemgetter call setitem delitem",
		"types":                        "FunctionType LambdaType CodeType MethodType ModuleType new_class DynamicClassAttribute",
		"functools":                    "reduce partialmethod singledispatch cached_property",
		"uuid":                         "_get_command_stdout _popen",
		"copyreg":                      "add_extension dispatch_table pickle",
		"joblib":                       "load hash Parallel delayed Memory",
		"joblib.numpy_pickle":          "load _unpickle",
		"torch":                        "load save compile",
		"numpy":                        "load fromfile loadtxt genfromtxt save savez fromregex memmap.tofile vectorize frompyfunc apply_along_axis fromfunction piecewise",
		"numpy.lib.npyio":              "load loadtxt genfromtxt",
		"numpy.lib._npyio_impl":        "load loadtxt genfromtxt",
		"pandas":                       "read_csv read_pickle read_json read_html read_sql read_table read_excel read_hdf read_feather read_parquet eval",
		"pandas.io.common":             "get_handle urlopen",
		"pandas.io.pickle":             "read_pickle to_pickle",
		"pandas.core.computation.eval": "eval",
		"scipy.io":                     "loadmat",
		"sklearn.datasets":             "fetch_openml load_files fetch_20newsgroups",
		"_pickle":                      "loads load Unpickler",
		"itertools":                    "starmap",
		"contextlib":                   "ExitStack",
		"string":                       "Formatter",
		"base64":                       "b64decode",
		"zlib":                         "decompress",
		"bz2":                          "decompress",
		"gzip":                         "open",
		"binascii":                     "unhexlify a2b_base64",
	} {
		for n := range strings.FieldsSeq(names) {
			m[module+"."+n] = true
		}
	}
	// Decoders reach nothing by themselves; they are here because what they make
	// in a pickle is code or another pickle, as base64 text is in no model.
	return m
}()

// isGadget says whether a canonical name is a known gadget's.
func isGadget(full string) bool {
	if gadgetNames[full] {
		return true
	}
	for i := len(full); i > 0; {
		i = strings.LastIndexByte(full[:i], '.')
		if i < 0 {
			return false
		}
		if v, ok := gadgetModules[full[:i]]; ok {
			return v
		}
		// A method of a gadget by a dotted name is one too.
		if gadgetNames[full[:i]] {
			return true
		}
	}
	return false
}
