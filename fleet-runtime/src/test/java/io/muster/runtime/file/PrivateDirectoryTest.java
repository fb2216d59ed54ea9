package io.muster.runtime.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateDirectoryTest {
  @TempDir private Path parent;

  @Test
  void create_missing_isPrivateAndItsParentsAreNot() throws IOException {
    var directory = parent.resolve("a/b");

    PrivateDirectory.create(directory);
    PrivateDirectory.create(directory);

    assertThat(mode(directory)).isEqualTo("rwx------");
    assertThat(mode(parent.resolve("a"))).isEqualTo("rwxr-xr-x");
  }

  @Test
  void create_existingOrBelowALink_keepsItsMode() throws IOException {
    var open = openDirectory();
    var link = Files.createSymbolicLink(parent.resolve("link"), open);

    PrivateDirectory.create(open);
    PrivateDirectory.create(link);
    PrivateDirectory.create(link.resolve("below"));

    assertThat(mode(open)).isEqualTo("rwxrwxrwx");
    assertThat(mode(open.resolve("below"))).isEqualTo("rwx------");
  }

  @Test
  void createOrRestrict_existing_becomesPrivate() throws IOException {
    var open = openDirectory();

    PrivateDirectory.createOrRestrict(open);

    assertThat(mode(open)).isEqualTo("rwx------");
  }

  @Test
  void write_newFile_isPrivateAndAnExistingOneIsReplaced() throws IOException {
    var file = parent.resolve("file");

    PrivateFile.write(file, "first, and longer".getBytes(UTF_8));
    PrivateFile.write(file, "second".getBytes(UTF_8));

    assertThat(file).hasContent("second");
    assertThat(mode(file)).isEqualTo("rw-------");
  }

  @Test
  void write_link_failsAndLeavesItsTarget() throws IOException {
    var target = Files.writeString(parent.resolve("target"), "text");
    var link = Files.createSymbolicLink(parent.resolve("link"), target);

    assertThatThrownBy(() -> PrivateFile.write(link, "other".getBytes(UTF_8)))
        .isInstanceOf(FileSystemException.class);

    assertThat(target).hasContent("text");
  }

  private Path openDirectory() throws IOException {
    var directory = Files.createDirectory(parent.resolve("open"));
    return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
