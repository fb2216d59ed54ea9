package io.muster.collector.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.nvml.binding.NvmlLibrary;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The library {@code src/test/c/fake_nvml.c}, compiled into a directory of the test. */
final class CompiledNvmlLibrary {
  private static final Path SOURCE = Path.of("src", "test", "c", "fake_nvml.c");

  private CompiledNvmlLibrary() {}

  /** Compiles the library with these {@code -D} flags. */
  static NvmlLibrary compile(Path directory, String... flags) throws IOException {
    var library = directory.resolve("libnvidia-ml.so.1");
    var command = new ArrayList<>(List.of("cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror"));
    command.addAll(List.of(flags));
    command.addAll(List.of("-o", library.toString(), SOURCE.toString()));
    run(command, directory.resolve("cc.log").toFile());
    return NvmlLibrary.at(List.of(library.toString()));
  }

  private static void run(List<String> command, File log) throws IOException {
    var compiler =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    try {
      assertThat(compiler.waitFor(60, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("waiting for " + command);
    } finally {
      compiler.destroyForcibly();
    }
    assertThat(compiler.exitValue()).as(() -> readLog(log)).isZero();
  }

  private static String readLog(File log) {
    try {
      return Files.readString(log.toPath(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }
}
