"""Old names that still stand somewhere: leftovers.py ROOT"""
import re,subprocess,sys
sys.path.insert(0,'.')
import mapping
root=sys.argv[1]
olds={o for (m,o),n in mapping.RENAMES.items() if len(o)>4 and o not in ("Wanted","Group","Passage","Outcome","Waiting","Found","Question","Listed","Known","Shown","Shape","Terms","Movable","Asked","Run","verify","Written","gather","refused","Delivered","Referred","Placed","Looked","Ready","Ledger","Refused","Mailing","Recalled")}
for o in sorted(olds):
    out=subprocess.run(["git","grep","-nw",o,"--","*.py","*.md","*.html"],cwd=root,capture_output=True,text=True).stdout.strip().split("\n")
    out=[l for l in out if l and "decisions.md" not in l]
    if out: print(o,len(out),out[0][:140])
