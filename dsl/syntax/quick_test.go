package syntax
import ("testing";"fmt";"os";"github.com/optc-lang/optc/dsl/diag")
func TestQuick(t *testing.T){
 b,_:=os.ReadFile(os.Getenv("F"))
 f,ds:=Parse("x.opt",string(b))
 diag.Render(os.Stdout,"x.opt",f.Text,ds,false)
 fmt.Println(f.Name.Name,f.Title,f.Broken)
 var show func(it Item, in string)
 show=func(it Item, in string){
  switch s:=it.(type){
  case *Assign: fmt.Println(in+StmtString(s)); fmt.Println(in+Math.assign(s))
  case *Branch: fmt.Println(in+"if",ExprString(s.Cond)); for _,x:=range s.Then{show(x,in+"  ")}; fmt.Println(in+"else"); for _,x:=range s.Else{show(x,in+"  ")}
  default: fmt.Printf("%s%+v\n",in,it)
  }
 }
 for _,it:=range f.Items{show(it,"")}
}
