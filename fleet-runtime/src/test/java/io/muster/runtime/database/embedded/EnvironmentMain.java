package io.muster.runtime.database.embedded;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A program that prints the environment of a command that it runs. */
final class EnvironmentMain {
  private EnvironmentMain() {}

  public static void main(String[] arguments) throws IOException {
    var environment =
        new SystemCommand(List.of("env"), Path.of("/")).runOrFail(Duration.ofMinutes(1));
    new PrintStream(new FileOutputStream(FileDescriptor.out), true).println(environment);
  }
}
