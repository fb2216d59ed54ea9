package io.muster.runtime.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.runtime.database.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A program that starts a server, prints a line when it runs, and stops it when its own standard
 * input ends.
 */
public final class EmbeddedPostgresMain {
  private static final String READY = "ready";

  private EmbeddedPostgresMain() {}

  /**
   * Runs the program.
   *
   * @param arguments data directory, directory of the installations
   */
  public static void main(String[] arguments) throws IOException {
    var postgres = new EmbeddedPostgres(Path.of(arguments[0]), Optional.of(Path.of(arguments[1])));
    postgres.start();
    try (var out = new FileOutputStream(FileDescriptor.out)) {
      out.write((READY + "\n").getBytes(UTF_8));
      out.flush();
      System.in.readAllBytes();
    }
    postgres.stop();
  }

  /** Starts the program and waits until its server runs. */
  static Process start(Path dataDirectory) throws IOException {
    return start(
        List.of(),
        System.getProperty("java.class.path"),
        dataDirectory,
        PostgresFixture.installationsDirectory());
  }

  /**
   * Starts the program as another account.
   *
   * @param prefix words before the command
   */
  public static Process start(
      List<String> prefix, String classPath, Path dataDirectory, Path installations)
      throws IOException {
    var words = new ArrayList<>(prefix);
    words.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath,
            EmbeddedPostgresMain.class.getName(),
            dataDirectory.toString(),
            installations.toString()));
    var process =
        new ProcessBuilder(words)
            .redirectError(ProcessBuilder.Redirect.appendTo(new File("target/children.log")))
            .start();
    var ready = process.inputReader(UTF_8).readLine();
    if (!READY.equals(ready)) {
      process.destroyForcibly();
      throw new IOException("the child did not start: " + ready);
    }
    return process;
  }
}
