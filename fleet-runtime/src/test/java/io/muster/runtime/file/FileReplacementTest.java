package io.muster.runtime.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileReplacementTest {
  @TempDir private Path directory;

  @Test
  void complete_existingFile_isReplacedAndKeepsItsMode() throws IOException {
    var file = Files.writeString(directory.resolve("old"), "former content");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    try (var replacement = FileReplacement.open(file).orElseThrow()) {
      replacement.out().write("new".getBytes(UTF_8));
      assertThat(file).hasContent("former content");
      replacement.complete();
    }

    assertThat(file).hasContent("new");
    assertThat(mode(file)).isEqualTo("rw-r-----");
    assertThat(directory).isDirectoryNotContaining(path -> !path.equals(file));
  }

  @Test
  void complete_newFile_isPrivate() throws IOException {
    var file = directory.resolve("new");

    try (var replacement = FileReplacement.open(file).orElseThrow()) {
      replacement.out().write("new".getBytes(UTF_8));
      assertThat(file).doesNotExist();
      replacement.complete();
    }

    assertThat(file).hasContent("new");
    assertThat(mode(file)).isEqualTo("rw-------");
  }

  @Test
  void close_incomplete_leavesTheFormerFile() throws IOException {
    var file = Files.writeString(directory.resolve("old"), "former content");

    try (var replacement = FileReplacement.open(file).orElseThrow()) {
      replacement.out().write("new".getBytes(UTF_8));
    }

    assertThat(file).hasContent("former content");
    assertThat(directory).isDirectoryNotContaining(path -> !path.equals(file));
  }

  @Test
  void open_otherThanARegularFile_isEmpty() throws IOException {
    var file = Files.writeString(directory.resolve("old"), "former content");
    var link = Files.createSymbolicLink(directory.resolve("link"), file);

    assertThat(FileReplacement.open(link)).isEmpty();
    assertThat(FileReplacement.open(directory)).isEmpty();
    assertThatThrownBy(() -> FileReplacement.open(directory.resolve("none/x")))
        .isInstanceOf(NoSuchFileException.class);
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
