package io.muster.launcher;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.muster.launcher.node.StartException;
import io.muster.runtime.config.ConfigReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Tests of each option of the program before, between and after the words of each command. */
class OptionPositionTest {
  /** A value that is also the name of a command. */
  private static final String VALUE = "serve";

  /** Parses the arguments of all placements: building the tree of commands takes longer. */
  private static final CommandLine PROGRAM = Main.createCommandLine();

  @TestFactory
  Stream<DynamicTest> option_ofTheCommand_hasTheSameEffectAtEachPosition() {
    return commands()
        .flatMap(words -> options(leaf(words)).flatMap(option -> placements(words, option)))
        .map(placement -> dynamicTest(placement.toString(), placement::assertMatched));
  }

  @TestFactory
  Stream<DynamicTest> option_ofAnotherCommand_isRejectedAtEachPosition() {
    return commands()
        .flatMap(words -> foreignOptions(words).flatMap(option -> placements(words, option)))
        .map(placement -> dynamicTest(placement.toString(), placement::assertRejected));
  }

  @Test
  void options_ofOneSettingTwice_lastOneApplies() throws StartException {
    assertThat(token("--token", "first", "serve", "--token", "last")).hasValue("last");
    assertThat(token("--token", "first", "serve", "--set", "api.token=last")).hasValue("last");
    assertThat(token("--set", "api.token=first", "serve", "--token", "last")).hasValue("last");
    assertThat(token("serve", "--set", "api.token=first", "--set", "api.token=last"))
        .hasValue("last");
    assertThat(token("--token=first", "--token=last")).hasValue("last");
  }

  @Test
  void option_emptyValue_isRejected() {
    assertThatThrownBy(() -> parse("--token", "", "serve"))
        .isInstanceOf(ParameterException.class)
        .hasMessage("--token: the value is empty");
    assertThatThrownBy(() -> parse("--set", "geheim", "serve"))
        .isInstanceOf(ParameterException.class)
        .hasMessage("--set: expected KEY=VALUE");
  }

  @Test
  void argument_beginningWithAt_isNotReadAsFile() throws StartException {
    assertThat(token("--token", "@pom.xml", "serve")).hasValue("@pom.xml");
  }

  @Test
  void version_ofEachCommand_isThatOfTheProgram() {
    commands()
        .forEach(
            words ->
                assertThat(leaf(words).version())
                    .as("%s", words)
                    .containsExactly("muster " + ProgramVersion.current()));
  }

  @Test
  void footer_ofEachCommand_isNotWrapped() {
    assertThat(withSubcommands(PROGRAM))
        .extracting(command -> command.getCommandSpec().usageMessage())
        .allSatisfy(
            usage ->
                assertThat(usage.footer())
                    .allSatisfy(line -> assertThat(line).hasSizeLessThan(usage.width())));
  }

  private static Optional<String> token(String... arguments) throws StartException {
    var command = innermost(parse(arguments)).commandSpec();
    var options = (SettingOptions) requireNonNull(command.mixins().get("options")).userObject();
    return new ConfigReader(options.sources()).text("api.token");
  }

  private static ParseResult parse(String... arguments) {
    return parse(Main.createCommandLine(), arguments);
  }

  private static ParseResult parse(CommandLine program, String... arguments) {
    return program.parseArgs(LeadingOptions.moveBehindCommand(program.getCommandSpec(), arguments));
  }

  private static ParseResult innermost(ParseResult result) {
    return result.hasSubcommand() ? innermost(result.subcommand()) : result;
  }

  /** The words of each command that can be executed; none for the program itself. */
  private static Stream<List<String>> commands() {
    return Stream.concat(Stream.of(List.of()), commands(PROGRAM, List.of()));
  }

  private static Stream<List<String>> commands(CommandLine command, List<String> words) {
    if (command.getSubcommands().isEmpty()) {
      return Stream.of(words);
    }
    return command.getSubcommands().entrySet().stream()
        .flatMap(
            entry ->
                commands(
                    entry.getValue(),
                    Stream.concat(words.stream(), Stream.of(entry.getKey())).toList()));
  }

  private static Stream<CommandLine> withSubcommands(CommandLine command) {
    return Stream.concat(
        Stream.of(command),
        command.getSubcommands().values().stream().flatMap(OptionPositionTest::withSubcommands));
  }

  private static CommandSpec leaf(List<String> words) {
    var command = PROGRAM;
    for (var word : words) {
      command = requireNonNull(command.getSubcommands().get(word));
    }
    return command.getCommandSpec();
  }

  private static Stream<OptionSpec> options(CommandSpec command) {
    return command.options().stream();
  }

  /** Each option of the other commands that the command does not have. */
  private static Stream<OptionSpec> foreignOptions(List<String> words) {
    var options = new LinkedHashMap<String, OptionSpec>();
    commands()
        .flatMap(other -> options(leaf(other)))
        .forEach(option -> options.put(option.longestName(), option));
    options(leaf(words)).forEach(option -> options.remove(option.longestName()));
    return options.values().stream();
  }

  /** The option with its value in one argument and in two, before, between and after the words. */
  private static Stream<Placement> placements(List<String> words, OptionSpec option) {
    return spellings(option)
        .flatMap(
            spelling ->
                IntStream.rangeClosed(0, words.size())
                    .mapToObj(
                        position -> {
                          var arguments = new ArrayList<>(words);
                          arguments.addAll(position, spelling);
                          parameters(words).forEach(arguments::add);
                          return new Placement(words, option.longestName(), arguments);
                        }));
  }

  private static Stream<List<String>> spellings(OptionSpec option) {
    var name = option.longestName();
    if (option.arity().max() == 0) {
      return Stream.of(List.of(name));
    }
    var value = name.equals("--set") ? "roles=" + VALUE : VALUE;
    return Stream.of(List.of(name, value), List.of(name + "=" + value));
  }

  private static Stream<String> parameters(List<String> words) {
    return leaf(words).positionalParameters().stream().map(parameter -> VALUE);
  }

  /** An option at one position of a command line. */
  private record Placement(List<String> words, String option, List<String> arguments) {
    void assertMatched() {
      var command = innermost(parse(PROGRAM, arguments.toArray(String[]::new)));
      var name = Stream.concat(Stream.of("muster"), words.stream()).collect(joining(" "));
      assertThat(command.commandSpec().qualifiedName(" ")).isEqualTo(name);
      assertThat(command.hasMatchedOption(option)).isTrue();
    }

    void assertRejected() {
      assertThatThrownBy(() -> parse(PROGRAM, arguments.toArray(String[]::new)))
          .isInstanceOf(ParameterException.class)
          .hasMessageContaining(option);
    }

    @Override
    public String toString() {
      return String.join(" ", arguments);
    }
  }
}
