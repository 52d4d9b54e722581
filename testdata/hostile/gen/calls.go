package main

import "strings"

const (
	called     = "pickle-call-unlisted"
	known      = "pickle-gadget"
	unlisted   = "pickle-global-unlisted"
	object     = "pickle-object-unlisted"
	value      = "pickle-call-value"
	class      = "pickle-call-class"
	arguments  = "pickle-call-arguments"
	buildOn    = "pickle-build-global"
	itemsOn    = "pickle-items-global"
	state      = "pickle-state"
	trailing   = "pickle-trailing"
	malformed  = "pickle-malformed"
	overLimit  = "pickle-limit"
	extension  = "pickle-extension"
	persistent = "pickle-persistent"
	buffer     = "pickle-buffer"
	inner      = "pickle-nested"
)

// gadgets is attack class 1: a call of whatever can be imported, by every
// instruction that calls.
func gadgets() {
	const c = "1 gadget calls"
	add("pickle/reduce_os_system.pkl", c, "REDUCE of os.system",
		p(4).call("os", "system", "true").stop(), dangerous, called, known)
	add("pickle/reduce_posix_system_p0.pkl", c, "the same in protocol 0 text, by its real module",
		[]byte("cposix\nsystem\n(Vtrue\ntR."), dangerous, called, known)
	add("pickle/reduce_popen.pkl", c, "REDUCE of subprocess.Popen with a list",
		p(4).stackGlobal("subprocess", "Popen").emptyList().str("true").appendOne().tuple1().reduce().stop(),
		dangerous, called, known)
	add("pickle/inst_os_system.pkl", c, "INST, the call of protocol 0",
		[]byte("(S'true'\nios\nsystem\n."), dangerous, called, known)
	add("pickle/obj_os_system.pkl", c, "OBJ, the call of protocol 1",
		[]byte("(cos\nsystem\nX\x04\x00\x00\x00trueo."), dangerous, called, known)
	add("pickle/newobj_popen.pkl", c, "NEWOBJ with arguments",
		p(4).stackGlobal("subprocess", "Popen").str("true").tuple1().newobj().stop(), dangerous, called, known)
	add("pickle/newobj_ex_popen.pkl", c, "NEWOBJ_EX with keyword arguments",
		p(4).stackGlobal("subprocess", "Popen").emptyTuple().emptyDict().str("args").str("true").setitem().newobjEx().stop(),
		dangerous, called, known)
	for _, g := range []struct{ module, name, arg string }{
		{"builtins", "eval", "1+1"},
		{"builtins", "exec", "pass"},
		{"builtins", "compile", "pass"},
		{"builtins", "__import__", "this"},
		{"builtins", "open", "x"},
		{"builtins", "breakpoint", ""},
		{"__builtin__", "eval", "1+1"},
		{"importlib", "import_module", "this"},
		{"pkgutil", "resolve_name", "os:system"},
		{"runpy", "_run_code", "pass"},
		{"timeit", "timeit", "pass"},
		{"cProfile", "run", "pass"},
		{"profile", "run", "pass"},
		{"pdb", "run", "pass"},
		{"code", "InteractiveInterpreter", ""},
		{"uuid", "_get_command_stdout", "true"},
		{"imaplib", "IMAP4_stream", "true"},
		{"asyncio.unix_events", "_UnixSubprocessTransport._start", "true"},
		{"logging", "FileHandler", "x.log"},
		{"_io", "FileIO", "x"},
		{"webbrowser", "open", "about:blank"},
		{"ctypes", "CDLL", "libc.so.6"},
		{"socket", "create_connection", "localhost"},
		{"urllib.request", "urlopen", "about:blank"},
		{"shutil", "rmtree", "x"},
		{"pty", "spawn", "true"},
		{"nt", "system", "true"},
		{"commands", "getoutput", "true"},
		{"distutils.spawn", "spawn", "true"},
		{"lib2to3.pgen2.grammar", "Grammar.loads", "x"},
		{"idlelib.pyshell", "ModifiedInterpreter.runcode", "pass"},
		{"ensurepip", "_run_pip", "x"},
		{"pip", "main", "x"},
		{"torch.utils.collect_env", "run", "true"},
		{"torch.utils._config_module", "load_config", "x"},
		{"pandas", "read_csv", "about:blank"},
		{"pandas", "read_pickle", "x"},
		{"numpy.testing._private.utils", "runstring", "pass"},
		{"numpy.f2py.crackfortran", "getlincoef", "1"},
		{"numpy", "fromfile", "x"},
		{"cloudpickle.cloudpickle", "_make_function", "x"},
		{"cloudpickle.cloudpickle", "subimport", "os"},
		{"dill._dill", "_create_function", "x"},
		{"types", "FunctionType", "x"},
		{"types", "CodeType", "x"},
		{"sklearn.datasets", "fetch_openml", "x"},
		{"xgboost", "XGBClassifier.load_model", "x"},
		{"mypackage.helpers", "rebuild", "x"},
	} {
		file := "pickle/call_" + strings.NewReplacer(".", "_").Replace(g.module+"_"+g.name) + ".pkl"
		add(file, c, "REDUCE of "+g.module+"."+g.name, p(4).call(g.module, g.name, g.arg).stop(), dangerous, called)
	}
	add("pickle/call_value.pkl", c, "a function that is fine to refer to (numpy.mean), called",
		p(4).call("numpy", "mean", "x").stop(), dangerous, value)
	add("pickle/call_result.pkl", c, "the result of a listed call, called",
		p(4).call("collections", "OrderedDict").emptyTuple().reduce().stop(), dangerous, called)
	add("pickle/call_string.pkl", c, "a string, called", p(4).str("os.system").emptyTuple().reduce().stop(), dangerous, called)
	add("pickle/deep_in_state.pkl", c, "a call far down in the state of a listed class",
		p(4).instance("sklearn.linear_model._base", "LinearRegression").emptyDict().mark().
			str("fit_intercept").raw("\x88").str("coef_").emptyList().emptyDict().str("x").call("os", "system", "true").
			setitem().appendOne().setitems().build().stop(), dangerous, called, known)
	add("pickle/dict_key.pkl", c, "a call as the key of a dict",
		p(4).emptyDict().call("os", "system", "true").none().setitem().stop(), dangerous, called, known)
}

// indirection is attack class 2: reaching a callable without naming it in a
// call, or making another object act.
func indirection() {
	const c = "2 indirection"
	add("pickle/getattr.pkl", c, "getattr on a module's object",
		p(4).stackGlobal("builtins", "getattr").stackGlobal("os", "path").str("os").tuple2().reduce().stop(), dangerous, called, known)
	add("pickle/attrgetter.pkl", c, "operator.attrgetter", p(4).call("operator", "attrgetter", "system").stop(), dangerous, called, known)
	add("pickle/methodcaller.pkl", c, "operator.methodcaller", p(4).call("operator", "methodcaller", "system", "true").stop(), dangerous, called, known)
	add("pickle/partial_gadget.pkl", c, "functools.partial, which is listed, over os.system",
		p(4).stackGlobal("functools", "partial").stackGlobal("os", "system").tuple1().reduce().stop(), dangerous, known)
	add("pickle/partial_unlisted.pkl", c, "functools.partial over a function that is not listed",
		p(4).stackGlobal("functools", "partial").stackGlobal("mypackage", "f").tuple1().reduce().stop(), unknown, unlisted)
	add("pickle/map_gadget.pkl", c, "map, which calls when it is iterated over",
		p(4).stackGlobal("builtins", "map").stackGlobal("os", "system").emptyList().tuple2().reduce().stop(), dangerous, called, known)
	add("pickle/dotted.pkl", c, "a dotted name, which STACK_GLOBAL walks with getattr",
		p(4).stackGlobal("sklearn.utils", "os.system").str("true").tuple1().reduce().stop(), dangerous, called)
	add("pickle/dotted_listed.pkl", c, "a method of a listed class by a dotted name",
		p(4).call("collections", "OrderedDict.fromkeys", "ab").stop(), dangerous, called)
	add("pickle/build_module.pkl", c, "BUILD on a global: setattr on what it names (modelscan #85, #330)",
		p(4).stackGlobal("numpy", "random").emptyDict().str("seed").none().setitem().build().stop(), dangerous, buildOn)
	add("pickle/build_class.pkl", c, "BUILD on a listed class, not on an instance of it",
		p(4).stackGlobal("sklearn.linear_model._base", "LinearRegression").emptyDict().str("predict").none().setitem().build().stop(),
		dangerous, buildOn)
	add("pickle/build_slots.pkl", c, "a slot state, which BUILD sets with setattr",
		p(4).instance("sklearn.linear_model._base", "LinearRegression").none().emptyDict().str("__class__").none().setitem().tuple2().build().stop(),
		unknown, state)
	add("pickle/build_list.pkl", c, "a state that no pickler gives this class",
		p(4).instance("sklearn.linear_model._base", "LinearRegression").emptyList().build().stop(), unknown, state)
	add("pickle/setitem_environ.pkl", c, "SETITEM on os.environ",
		p(4).stackGlobal("os", "environ").str("A").str("B").setitem().stop(), dangerous, itemsOn)
	add("pickle/append_path.pkl", c, "APPEND on sys.path",
		p(4).stackGlobal("sys", "path").str("x").appendOne().stop(), dangerous, itemsOn)
	add("pickle/append_object.pkl", c, "APPENDS on an instance: calls its extend",
		p(4).instance("mypackage", "Thing").mark().str("x").raw("e").stop(), unknown, object)
	add("pickle/codecs_encode.pkl", c, "_codecs.encode with another codec, to build a string",
		p(4).call("_codecs", "encode", "bf.flfgrz", "rot13").stop(), unknown, arguments)
	add("pickle/built_name.pkl", c, "STACK_GLOBAL of a name that a call made",
		p(4).str("os").call("_codecs", "encode", "system", "latin1").raw("\x93").stop(), dangerous, "pickle-global-hidden")
	add("pickle/reconstructor_base.pkl", c, "copyreg._reconstructor, which calls its base's __init__",
		p(4).stackGlobal("copyreg", "_reconstructor").stackGlobal("collections", "OrderedDict").stackGlobal("subprocess", "Popen").
			str("true").tuple3().reduce().stop(), dangerous, known)
	add("pickle/reconstructor_unlisted_base.pkl", c, "the same with a base that is not listed",
		p(4).stackGlobal("copyreg", "_reconstructor").stackGlobal("collections", "OrderedDict").stackGlobal("mypackage", "Base").
			str("true").tuple3().reduce().stop(), dangerous, called)
	add("pickle/copyreg_newobj.pkl", c, "copyreg.__newobj__ over a class with arguments",
		p(4).stackGlobal("copyreg", "__newobj__").stackGlobal("subprocess", "Popen").str("true").tuple2().reduce().stop(), dangerous, known)
	add("pickle/copyreg_add_extension.pkl", c, "copyreg.add_extension", p(4).call("copyreg", "add_extension", "os", "system", "1").stop(), dangerous, called)
	add("pickle/func_attribute_gadget.pkl", c, "os.system as the function of a FunctionTransformer: it runs at transform",
		p(4).instance("sklearn.preprocessing._function_transformer", "FunctionTransformer").emptyDict().
			str("func").stackGlobal("os", "system").setitem().build().stop(), dangerous, known)
	add("pickle/func_attribute_user.pkl", c, "the same with a function of the user's own",
		p(4).instance("sklearn.preprocessing._function_transformer", "FunctionTransformer").emptyDict().
			str("func").stackGlobal("mypackage", "clean").setitem().build().stop(), unknown, unlisted)
	add("pickle/bare_gadget.pkl", c, "os.system, referred to and not called", p(4).stackGlobal("os", "system").stop(), dangerous, known)
	add("pickle/defaultdict_factory.pkl", c, "defaultdict whose factory is a gadget",
		p(4).stackGlobal("collections", "defaultdict").stackGlobal("os", "getcwd").tuple1().reduce().stop(), dangerous, known)
	add("pickle/defaultdict_unlisted.pkl", c, "defaultdict whose factory is not listed",
		p(4).stackGlobal("collections", "defaultdict").stackGlobal("mypackage", "Factory").tuple1().reduce().stop(), unknown, unlisted)
	add("pickle/reconstruct_subclass.pkl", c, "numpy's _reconstruct of a class that is no array",
		p(4).stackGlobal("numpy._core.multiarray", "_reconstruct").stackGlobal("mypackage", "Array").raw("K\x00").tuple1().bytes("b").tuple3().reduce().stop(),
		unknown, unlisted)
	add("pickle/reconstruct_shape.pkl", c, "numpy's _reconstruct with a shape that takes memory",
		p(4).stackGlobal("numpy._core.multiarray", "_reconstruct").stackGlobal("numpy", "ndarray").num(1<<30).tuple1().bytes("d").tuple3().reduce().stop(),
		unknown, arguments)
	add("pickle/class_called.pkl", c, "a listed class, called with arguments instead of made",
		p(4).call("sklearn.linear_model._base", "LinearRegression", "x").stop(), dangerous, class)
	add("pickle/newobj_args.pkl", c, "NEWOBJ of a listed class with arguments",
		p(4).stackGlobal("sklearn.linear_model._base", "LinearRegression").str("x").tuple1().newobj().stop(), dangerous, class)
	add("pickle/user_class.pkl", c, "a class of the user's own with a state: not safe, not known to be harmful",
		p(4).instance("mypackage", "Model").emptyDict().str("weights").emptyList().setitem().build().stop(), unknown, object)
	add("pickle/user_reference.pkl", c, "a bare reference to something of the user's own",
		p(4).stackGlobal("mypackage", "Model").stop(), unknown, unlisted)
}
