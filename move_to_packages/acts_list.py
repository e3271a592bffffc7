import ast,sys,pathlib,collections
root=pathlib.Path(sys.argv[1])
c=collections.Counter(); names={}
for f in sorted((root/"signoff").rglob("*.py")):
    for n in ast.walk(ast.parse(f.read_text())):
        if isinstance(n,ast.FunctionDef):
            a=[x.arg for x in n.args.posonlyargs+n.args.args+n.args.kwonlyargs]
            s=tuple(x for x in ("session","by","clock","at","keys","key","link_key") if x in a)
            if "by" in s or "clock" in s:
                c[s]+=1; names.setdefault(s,[]).append(f"{f.relative_to(root)}:{n.name}")
for s,k in c.most_common(): print(k,s,names[s][:6] if k>6 else names[s])
