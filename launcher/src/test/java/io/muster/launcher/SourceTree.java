package io.muster.launcher;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParameterizedTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The Java sources of every module, parsed and not attributed: declarations with their doc
 * comments, and calls.
 */
final class SourceTree {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern COMMENT =
      Pattern.compile(
          "\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n"
              + "])*\"|'(?:\\\\.|[^'\\\\\\n"
              + "])*'|/\\*.*?\\*/|//[^\\n"
              + "]*",
          Pattern.DOTALL);

  private final List<TypeSource> types = new ArrayList<>();
  private final List<MethodSource> methods = new ArrayList<>();
  private final List<CallSource> calls = new ArrayList<>();
  private final List<Text> names = new ArrayList<>();
  private final List<Text> comments = new ArrayList<>();

  private SourceTree() {}

  /** Parses the main and test sources of all modules, and the benchmarks. */
  static SourceTree parse() {
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources()));
      var tree = new SourceTree();
      for (var unit : task.parse()) {
        tree.add(unit, Trees.instance(task));
      }
      return tree;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every class, interface, record, enum and annotation that has a name, nested ones included. */
  List<TypeSource> types() {
    return types;
  }

  /** Every method and constructor. */
  List<MethodSource> methods() {
    return methods;
  }

  /** Every call of a method or a constructor. */
  List<CallSource> calls() {
    return calls;
  }

  /** Every declared name: of a type, method, field, parameter or local variable. */
  List<Text> names() {
    return names;
  }

  /** Every comment. */
  List<Text> comments() {
    return comments;
  }

  private static List<Path> sources() throws IOException {
    try (var modules = Files.list(REPOSITORY)) {
      var roots =
          Stream.concat(
                  modules.flatMap(
                      module -> Stream.of("main", "test").map(module.resolve("src")::resolve)),
                  Stream.of(REPOSITORY.resolve("bench")))
              .filter(Files::isDirectory)
              .toList();
      var sources = new ArrayList<Path>();
      for (var root : roots) {
        try (var found = Files.walk(root)) {
          found.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
        }
      }
      return sources;
    }
  }

  private void add(CompilationUnitTree unit, Trees trees) throws IOException {
    var place = REPOSITORY.relativize(Path.of(unit.getSourceFile().toUri())).toString();
    COMMENT
        .matcher(unit.getSourceFile().getCharContent(true))
        .results()
        .map(match -> match.group())
        .filter(text -> text.startsWith("/"))
        .forEach(text -> comments.add(new Text(place, text)));
    new DeclarationScanner(place, trees).scan(unit, null);
  }

  /**
   * A name or a comment.
   *
   * @param place path of the file, from the root of the repository
   */
  record Text(String place, String text) {}

  /**
   * A type.
   *
   * @param place path of the file, from the root of the repository
   * @param qualifiedName package, enclosing types and simple name
   * @param comment doc comments of the type and of the types around it
   */
  record TypeSource(String place, String qualifiedName, ClassTree tree, String comment) {
    boolean isMain() {
      return place.contains("/src/main/");
    }

    @Override
    public String toString() {
      return qualifiedName;
    }
  }

  /** A method or a constructor of a type. */
  record MethodSource(TypeSource type, MethodTree tree) {
    /** The names that a {@link CallSource#callee} may have for it. */
    Stream<String> callees() {
      var typeName = type.tree().getSimpleName().toString();
      return tree.getReturnType() == null
          ? Stream.of(typeName)
          : Stream.of(tree.getName().toString(), typeName + "." + tree.getName());
    }

    @Override
    public String toString() {
      return type + "#" + tree.getName();
    }
  }

  /**
   * A call.
   *
   * @param place path of the file, from the root of the repository
   * @param callee name of the method, preceded by that of the type if the call has it ({@code
   *     List.of}), or name of the type of which a constructor is called
   */
  record CallSource(String place, String callee, int argumentCount) {
    @Override
    public String toString() {
      return place + " " + callee + " with " + argumentCount + " arguments";
    }
  }

  private final class DeclarationScanner
      extends TreePathScanner<@Nullable Void, @Nullable TypeSource> {
    private final String place;
    private final Trees trees;

    DeclarationScanner(String place, Trees trees) {
      this.place = place;
      this.trees = trees;
    }

    @Override
    public @Nullable Void visitClass(ClassTree tree, @Nullable TypeSource outer) {
      if (tree.getSimpleName().isEmpty()) {
        return super.visitClass(tree, outer);
      }
      var type = typeSource(tree, outer);
      types.add(type);
      addName(tree.getSimpleName());
      return super.visitClass(tree, type);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree tree, @Nullable TypeSource type) {
      if (type != null) {
        methods.add(new MethodSource(type, tree));
      }
      addName(tree.getName());
      return super.visitMethod(tree, type);
    }

    @Override
    public @Nullable Void visitVariable(VariableTree tree, @Nullable TypeSource type) {
      addName(tree.getName());
      return super.visitVariable(tree, type);
    }

    @Override
    public @Nullable Void visitMethodInvocation(
        MethodInvocationTree tree, @Nullable TypeSource type) {
      addCall(callee(tree.getMethodSelect(), type), tree.getArguments());
      return super.visitMethodInvocation(tree, type);
    }

    @Override
    public @Nullable Void visitNewClass(NewClassTree tree, @Nullable TypeSource type) {
      addCall(simpleName(tree.getIdentifier()), tree.getArguments());
      return super.visitNewClass(tree, type);
    }

    private void addCall(String callee, List<? extends ExpressionTree> arguments) {
      calls.add(new CallSource(place, callee, arguments.size()));
    }

    /** Returns the name of the enclosing type for a call of its own constructor. */
    private static String callee(ExpressionTree method, @Nullable TypeSource type) {
      if (method instanceof MemberSelectTree select
          && select.getExpression() instanceof IdentifierTree receiver
          && Character.isUpperCase(receiver.getName().charAt(0))) {
        return receiver.getName() + "." + select.getIdentifier();
      }
      return type != null && method.toString().equals("this")
          ? type.tree().getSimpleName().toString()
          : simpleName(method);
    }

    private static String simpleName(Tree name) {
      if (name instanceof ParameterizedTypeTree generic) {
        return simpleName(generic.getType());
      }
      return name instanceof MemberSelectTree select
          ? select.getIdentifier().toString()
          : name.toString();
    }

    private TypeSource typeSource(ClassTree tree, @Nullable TypeSource outer) {
      var comment = trees.getDocComment(getCurrentPath());
      var own = comment == null ? "" : comment;
      var name = tree.getSimpleName();
      return outer == null
          ? new TypeSource(place, packageName() + "." + name, tree, own)
          : new TypeSource(place, outer + "." + name, tree, outer.comment() + own);
    }

    private String packageName() {
      var name = getCurrentPath().getCompilationUnit().getPackageName();
      return String.valueOf(name);
    }

    private void addName(CharSequence name) {
      names.add(new Text(place, name.toString()));
    }
  }
}
