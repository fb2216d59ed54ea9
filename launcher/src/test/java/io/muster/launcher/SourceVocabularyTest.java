package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import io.muster.launcher.SourceTree.CallSource;
import io.muster.launcher.SourceTree.MethodSource;
import io.muster.launcher.SourceTree.TypeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import org.junit.jupiter.api.Test;

/**
 * The rules on names, calls and comments that a parser can check: imperative commands, one meaning
 * for each simple type name, no long positional calls, a named thread for mutable state, and the
 * vocabulary of the glossary in ARCHITECTURE.md; and the ids of decisions.
 */
class SourceVocabularyTest {
  private static final SourceTree SOURCES = SourceTree.parse();

  private static final Set<String> PARTICIPLES_AND_ADVERBS =
      Set.of(
          "anew", "apart", "begun", "built", "done", "found", "given", "gone", "held", "kept",
          "known", "left", "lent", "made", "sent", "shown", "taken", "told", "written");

  /** Words that end like a participle and are none. */
  private static final Set<String> NOT_PARTICIPLES =
      Set.of("embed", "exceed", "feed", "need", "proceed", "seed", "speed", "succeed");

  /** Names that a nested type may share with others: its outer type gives the meaning. */
  private static final Set<String> NAMES_OF_NESTED_TYPES =
      Set.of("Builder", "Code", "Kind", "State");

  /** Words that version 0.1.0 had for concepts that the glossary names otherwise. */
  private static final Set<String> RETIRED_WORDS =
      Set.of(
          "anew",
          "beat",
          "beats",
          "chore",
          "chores",
          "door",
          "doors",
          "folded",
          "folding",
          "glance",
          "glances",
          "misfit",
          "parcel",
          "parcels",
          "roster",
          "shelf",
          "stranger",
          "strangers",
          "tended",
          "tidied",
          "told",
          "troubles",
          "upkeep",
          "wish",
          "wishes");

  private static final Pattern DECISION = Pattern.compile("(?m)^### ([A-Z]+-\\d+):");

  private static final int MAX_POSITIONAL_ARGUMENTS = 9;

  /** Methods of libraries whose arguments are a list, in which no position has its own meaning. */
  private static final Set<String> LIST_FACTORIES =
      Set.of(
          "Arbitraries.of",
          "EnumSet.of",
          "List.of",
          "Map.of",
          "Map.ofEntries",
          "Set.of",
          "Stream.of",
          "contains",
          "containsExactly",
          "containsExactlyInAnyOrder",
          "containsOnly");

  private static final Pattern NAMED_THREAD =
      Pattern.compile("thread|context|event\\s+loop|\\blane\\b", Pattern.CASE_INSENSITIVE);

  private static final Pattern MUTABLE_VALUE =
      Pattern.compile(
          "new (?:\\w*(?:HashMap|HashSet|TreeMap|TreeSet|EnumMap|ArrayList|ArrayDeque|LinkedList"
              + "|PriorityQueue|Adder|BitSet)|Atomic\\w+|\\w+\\[).*",
          Pattern.DOTALL);

  @Test
  void commands_areNotNamedByParticiples() {
    var participles =
        SOURCES.methods().stream()
            .filter(method -> method.type().isMain() && isCommand(method) && !isOverride(method))
            .filter(SourceVocabularyTest::isNamedByParticiple)
            .map(MethodSource::toString);

    assertThat(participles).isEmpty();
  }

  @Test
  void simpleTypeNames_haveOneMeaning() {
    var places =
        SOURCES.types().stream()
            .collect(
                Collectors.groupingBy(
                    type -> type.tree().getSimpleName().toString(),
                    Collectors.mapping(TypeSource::toString, Collectors.toSet())));
    places.keySet().removeAll(NAMES_OF_NESTED_TYPES);
    places.values().removeIf(types -> types.size() == 1);

    assertThat(places).isEmpty();
  }

  @Test
  void positionalCalls_haveFewerThanTenArguments() {
    var varargs =
        SOURCES.methods().stream()
            .filter(SourceVocabularyTest::isVarargs)
            .flatMap(MethodSource::callees)
            .collect(Collectors.toSet());
    var tooLong =
        SOURCES.calls().stream()
            .filter(call -> call.argumentCount() > MAX_POSITIONAL_ARGUMENTS)
            .filter(call -> !LIST_FACTORIES.contains(call.callee()))
            .filter(call -> !varargs.contains(call.callee()))
            .map(CallSource::toString);

    assertThat(tooLong).isEmpty();
  }

  @Test
  void classesWithMutableFields_nameTheirThread() {
    var unnamed =
        SOURCES.types().stream()
            .filter(type -> type.isMain() && hasMutableField(type.tree()))
            .filter(type -> !NAMED_THREAD.matcher(type.comment()).find())
            .map(TypeSource::toString);

    assertThat(unnamed).isEmpty();
  }

  @Test
  void decisions_haveDifferentIds() throws IOException {
    try (var files = Files.newDirectoryStream(Path.of("..", "docs", "decisions"), "*.md")) {
      var ids = new ArrayList<String>();
      for (var file : files) {
        DECISION.matcher(Files.readString(file)).results().forEach(id -> ids.add(id.group(1)));
      }
      assertThat(ids).hasSizeGreaterThan(100).doesNotHaveDuplicates();
    }
  }

  @Test
  void namesAndComments_useTheGlossary() {
    var retired =
        Stream.concat(SOURCES.names().stream(), SOURCES.comments().stream())
            .flatMap(
                text ->
                    words(text.text()).stream()
                        .filter(RETIRED_WORDS::contains)
                        .map(word -> text.place() + " " + word))
            .distinct();

    assertThat(retired).isEmpty();
  }

  /** Returns true if the method changes something, as far as its result shows. */
  private static boolean isCommand(MethodSource method) {
    var result = String.valueOf(method.tree().getReturnType());
    return result.equals("void") || result.startsWith("Future<");
  }

  private static boolean isNamedByParticiple(MethodSource method) {
    var words = words(method.tree().getName().toString());
    var isAsynchronous = String.valueOf(method.tree().getReturnType()).startsWith("Future<");
    return isParticiple(words.get(0))
        || (isAsynchronous && isParticiple(words.get(words.size() - 1)));
  }

  private static boolean isOverride(MethodSource method) {
    return method.tree().getModifiers().getAnnotations().stream()
        .anyMatch(annotation -> annotation.getAnnotationType().toString().equals("Override"));
  }

  private static boolean isVarargs(MethodSource method) {
    return method.tree().getParameters().stream()
        .anyMatch(parameter -> parameter.toString().contains("..."));
  }

  private static boolean isParticiple(String word) {
    return PARTICIPLES_AND_ADVERBS.contains(word)
        || (word.endsWith("ed") && !NOT_PARTICIPLES.contains(word));
  }

  private static boolean hasMutableField(ClassTree type) {
    return type.getKind() == Tree.Kind.CLASS
        && type.getMembers().stream()
            .filter(VariableTree.class::isInstance)
            .map(VariableTree.class::cast)
            .anyMatch(SourceVocabularyTest::isMutable);
  }

  private static boolean isMutable(VariableTree field) {
    var modifiers = field.getModifiers().getFlags();
    return !modifiers.contains(Modifier.STATIC)
        && (!modifiers.contains(Modifier.FINAL)
            || MUTABLE_VALUE.matcher(String.valueOf(field.getInitializer())).matches());
  }

  /** Splits a text, or a name in camel case, into lower-case words. */
  private static List<String> words(String text) {
    return Arrays.stream(text.split("[^A-Za-z]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"))
        .filter(word -> !word.isEmpty())
        .map(word -> word.toLowerCase(Locale.ROOT))
        .toList();
  }
}
