"""Figures of a tree: metrics.py ROOT"""
import ast,sys,pathlib,statistics,re,subprocess
root=pathlib.Path(sys.argv[1])
files=[root/f for f in subprocess.run(["git","ls-files"],cwd=root,capture_output=True,text=True).stdout.split("\n") if f.endswith(".py") and (root/f).exists()]
src=[f for f in files if f.relative_to(root).parts[0] in("signoff",) or f.name in("config.py","wsgi.py")]
print("python files:",len(files),"of them signoff:",len(src))
print("lines: all",sum(len(f.read_text().splitlines()) for f in files),"signoff",sum(len(f.read_text().splitlines()) for f in src),"tests",sum(len(f.read_text().splitlines()) for f in files if f.relative_to(root).parts[0]=="tests"))
mods={}
for f in src:
    m=".".join(f.relative_to(root).with_suffix("").parts)
    mods[m.removesuffix(".__init__")]=f
def deps(f):
    out=set()
    for n in ast.walk(ast.parse(f.read_text())):
        if isinstance(n,ast.ImportFrom) and n.module and n.module.startswith("signoff"):
            for a in n.names:
                full=n.module+"."+a.name
                out.add(full if full in mods else n.module)
        elif isinstance(n,ast.Import):
            out|={a.name for a in n.names if a.name.startswith("signoff")}
    return out
P="signoff.services."
medges=set();edges={}
def room(m): return m[len(P):].split(".")[0]
for m,f in mods.items():
    if m.startswith(P):
        for d in deps(f):
            if d.startswith(P) and d!=m:
                medges.add((m,d))
                if room(m)!=room(d): edges.setdefault((room(m),room(d)),[]).append((m,d))
print("services: modules",len([m for m in mods if m.startswith(P)]),"rooms",len({room(m) for m in mods if m.startswith(P)}),"module arrows",len(medges),"arrows between rooms",len(edges))
# cycle
g={}
for a,b in edges: g.setdefault(a,set()).add(b)
state={}
def visit(a,path):
    state[a]=1
    for b in g.get(a,()):
        if state.get(b)==1: print("CIRCLE",path+[a,b], edges[(a,b)][:3])
        elif b not in state: visit(b,path+[a])
    state[a]=2
for a in list(g):
    if a not in state: visit(a,[])
if "-v" in sys.argv:
    for a in sorted(g): print("  ",a,"->",", ".join(f"{b}({len(edges[(a,b)])})" for b in sorted(g[a])))
loose=[m for m,f in mods.items() if m.count(".")==1 and f.name!="__init__.py" and f.name!="__main__.py"]
print("loose modules:",len(loose),sorted(loose))
L=[];over=[]
for f in src:
    for n in ast.walk(ast.parse(f.read_text())):
        if isinstance(n,(ast.FunctionDef,ast.AsyncFunctionDef)):
            L.append(n.end_lineno-n.lineno+1)
            a=n.args; k=len(a.posonlyargs+a.args+a.kwonlyargs)-(1 if a.args and a.args[0].arg in("self","cls") else 0)
            if k>6: over.append((k,f"{f.relative_to(root)}:{n.name}"))
L.sort()
print("functions",len(L),"median",statistics.median(L),"p90",L[int(len(L)*.9)],"max",L[-1])
print("over 6 parameters:",len(over)); 
if "-v" in sys.argv: print("\n".join(f"   {k} {x}" for k,x in sorted(over,reverse=True)))
mig=[f for f in files if "migrations/versions" in str(f)]
print("migrations lines:",sum(len(f.read_text().splitlines()) for f in mig))
api=root/"signoff/web/api/openapi.json"
print("openapi.json lines:",len(api.read_text().splitlines()) if api.exists() else 0)
h=[(f,l) for f in (root/"signoff/web").rglob("*.py") for l in f.read_text().splitlines() if re.search(r"\bhold_\w+\(",l)]
print("hold_ calls in web:",len(h))
print("longest file:",max((len(f.read_text().splitlines()),str(f.relative_to(root))) for f in src))
