"""Print intra-layer import edges: graph.py ROOT PACKAGE [names]"""
import ast,sys,pathlib
root,pkg=sys.argv[1],sys.argv[2]
base=pathlib.Path(root)/pkg.replace('.','/')
mods={}
for f in sorted(base.rglob('*.py')):
    m='.'.join(f.relative_to(root).with_suffix('').parts)
    if m.endswith('.__init__'): m=m[:-9]
    mods[m]=f
for m,f in mods.items():
    deps={}
    for n in ast.walk(ast.parse(f.read_text())):
        if isinstance(n,ast.ImportFrom) and n.module and n.module.startswith(pkg):
            for a in n.names:
                full=n.module+'.'+a.name
                t=full if full in mods else n.module
                deps.setdefault(t,[]).append(a.name)
        elif isinstance(n,ast.Import):
            for a in n.names:
                if a.name.startswith(pkg): deps.setdefault(a.name,[])
    print(m[len(pkg)+1:] or '.', '->', '; '.join(f"{d[len(pkg)+1:]}({','.join(v)})" for d,v in sorted(deps.items())))
