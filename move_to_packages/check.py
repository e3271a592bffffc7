"""Unknown modules and templates of some refs, without parsing anything: check.py REF…"""
import subprocess,sys
sys.path.insert(0,'.')
import mapping
for ref in sys.argv[1:]:
    files=subprocess.run(["git","-C","main","ls-tree","-r","--name-only",ref],capture_output=True,text=True).stdout.split("\n")
    for f in files:
        if f.endswith(".py") and f.startswith("signoff/"):
            m=f[:-3].replace("/",".").removesuffix(".__init__")
            if m not in mapping.MODULES and m not in mapping.MODULES.values() and not any(m==k or m.startswith(k+".") for k in mapping.KEEP): print(ref,"module",m)
        if f.startswith("templates/"):
            n=f.removeprefix("templates/")
            if n not in mapping.TEMPLATES and n not in mapping.TEMPLATES.values() and not n.startswith(mapping.TEMPLATE_KEEP): print(ref,"template",n)
