package io.muster.launcher;

import io.muster.launcher.node.StartException;
import io.muster.schema.json.WireText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.logging.LogManager;
import picocli.CommandLine;

/** The entry point of the program. */
public final class Main {
  private Main() {}

  /** Runs a command and exits: 0 on success, 1 on failure, 2 on invalid options or settings. */
  public static void main(String[] arguments) {
    configureLogging();
    var program = createCommandLine();
    System.exit(
        program.execute(LeadingOptions.moveBehindCommand(program.getCommandSpec(), arguments)));
  }

  /**
   * Returns the parser of the whole program. An argument that begins with {@code @}, which may be a
   * secret, is not the name of a file with further arguments.
   */
  static CommandLine createCommandLine() {
    var program = new CommandLine(new MusterCommand());
    setVersion(program);
    return program
        .setOverwrittenOptionsAllowed(true)
        .setAllowSubcommandsAsOptionParameters(true)
        .setExpandAtFiles(false)
        .setExecutionExceptionHandler(Main::printProblems);
  }

  private static void setVersion(CommandLine command) {
    command.getCommandSpec().versionProvider(new ProgramVersion());
    command.getSubcommands().values().forEach(Main::setVersion);
  }

  /** Prints one line for each startup problem; any other exception prints its stack trace. */
  private static int printProblems(
      Exception cause, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
    if (!(cause instanceof StartException failure)) {
      throw cause;
    }
    failure.problems().stream()
        .map(WireText::escapeControls)
        .forEach(problem -> command.getErr().println("muster: " + problem));
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static void configureLogging() {
    System.setProperty("hazelcast.logging.type", "slf4j");
    try (var configuration = Main.class.getResourceAsStream("/logging.properties")) {
      LogManager.getLogManager().readConfiguration(configuration);
    } catch (IOException e) {
      throw new UncheckedIOException("logging.properties is not readable", e);
    }
  }
}
