package io.muster.launcher;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Logger;

/**
 * A run of the program in the JVM of the test, which takes a second less than another process. Not
 * for commands that write to the standard output themselves. Immutable.
 *
 * @param output what the command printed as results and as failures
 */
record ProgramRun(int exitCode, String output) {
  static ProgramRun of(String... arguments) {
    var text = new StringWriter();
    var program = Main.createCommandLine();
    program.setOut(new PrintWriter(text, true)).setErr(new PrintWriter(text, true));
    var logger = Logger.getLogger("io.muster");
    var level = logger.getLevel();
    try {
      return new ProgramRun(program.execute(arguments), text.toString());
    } finally {
      logger.setLevel(level); // Commands for the database change it.
    }
  }
}
