import re,sys,pathlib
ROOT=pathlib.Path(sys.argv[1])
for p in [*(ROOT/"docs").glob("*.md"),ROOT/"README.md",ROOT/"CONTRIBUTING.md",ROOT/"SECURITY.md"]:
    text=p.read_text()
    for path in re.findall(r"`((?:signoff|tests|docs|bench|examples|templates|models|services|domain|letters|web|migrations|requirements)/[\w./]+)`",text):
        if not any((ROOT/x).exists() for x in (path,"signoff/"+path)): print(p.name,path)
    for link in re.findall(r"\]\(([^)#:]+)\)",text):
        b=ROOT if p.parent==ROOT else ROOT/"docs"
        if not (b/link).exists(): print(p.name,"link",link)
