package io.muster.runtime.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationIT {
  private final Path parent;

  InstallationIT(@TempDir Path parent) {
    this.parent = parent;
  }

  @Tag("slow")
  @Test
  void unpack_earlierRunWasKilled_isCompleteAndRemovesLeftovers() throws IOException {
    var installation = new Installation(parent, FileOwner.of(parent));
    var leftover = parent.resolve(installation.directory().getFileName() + ".unpacking-2147483647");
    Files.createDirectories(leftover.resolve("bin"));
    Files.writeString(leftover.resolve("bin/postgres"), "half a program");

    installation.unpack();

    var version = new SystemCommand(List.of(installation.program("postgres"), "--version"), parent);
    assertThat(version.runOrFail(Duration.ofSeconds(10))).startsWith("postgres (PostgreSQL) 17.");
    try (var entries = Files.list(parent)) {
      assertThat(entries).containsExactly(installation.directory());
    }
  }

  @Test
  void unpack_directoryExists_changesNothing() throws IOException {
    var installation = new Installation(parent, FileOwner.of(parent));
    var present = Files.createDirectories(installation.directory());

    installation.unpack();

    assertThat(present).isEmptyDirectory();
  }
}
