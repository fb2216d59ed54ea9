package io.muster.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options that precede a command, or the second word of one. The parser would set them on the
 * program itself, and the command would not see them; moved behind the command, they have the same
 * effect as there, or are rejected if the command does not have them.
 */
final class LeadingOptions {
  private LeadingOptions() {}

  /** Returns the arguments with the words of the command first. */
  static String[] moveBehindCommand(CommandSpec program, String... arguments) {
    var words = new ArrayList<String>();
    var options = new ArrayList<String>();
    var command = program;
    var position = 0;
    while (position < arguments.length) {
      var subcommand = command.subcommands().get(arguments[position]);
      if (subcommand != null) {
        words.add(arguments[position++]);
        command = subcommand.getCommandSpec();
      } else if (isOption(arguments[position])) {
        var end = Math.min(position + length(program, arguments[position]), arguments.length);
        options.addAll(List.of(arguments).subList(position, end));
        position = end;
      } else {
        break; // A parameter of the command.
      }
    }
    var rest = List.of(arguments).subList(position, arguments.length);
    return Stream.of(words, options, rest).flatMap(List::stream).toArray(String[]::new);
  }

  private static boolean isOption(String argument) {
    return argument.startsWith("-") && !argument.equals("--");
  }

  /** Returns 2 for an option whose value is the next argument; an unknown option counts as 1. */
  private static int length(CommandSpec program, String argument) {
    return findOption(program, argument).map(option -> 1 + option.arity().min()).orElse(1);
  }

  /** Finds an option of any command: an option has the same parameter in all commands. */
  private static Optional<OptionSpec> findOption(CommandSpec command, String name) {
    return Optional.ofNullable(command.findOption(name))
        .or(
            () ->
                command.subcommands().values().stream()
                    .map(CommandLine::getCommandSpec)
                    .flatMap(each -> findOption(each, name).stream())
                    .findFirst());
  }
}
