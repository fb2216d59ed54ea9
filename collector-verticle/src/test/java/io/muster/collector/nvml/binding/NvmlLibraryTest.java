package io.muster.collector.nvml.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvmlLibraryTest {
  private final List<String> attemptedNames = new ArrayList<>();
  private final Path directory;

  NvmlLibraryTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void load_noLibrary_isEmpty() {
    var library = failingLibrary("libfake.so.1", directory.resolve("libfake.so.1").toString());

    assertThat(library.load()).isEmpty();
    assertThat(attemptedNames).containsExactly("libfake.so.1");
  }

  @Test
  void load_unloadableFile_failsWithTheLoaderMessage() throws IOException {
    var file = Files.createFile(directory.resolve("libfake.so.1")).toString();

    assertThatThrownBy(() -> failingLibrary("libfake.so.1", file).load())
        .isInstanceOfSatisfying(
            NvmlException.class,
            exception -> assertThat(exception.code()).isEqualTo(NvmlBinding.LIBRARY_NOT_FOUND))
        .hasMessage(file + ": file too short");
  }

  @Test
  void load_firstPathFails_usesTheSecond() throws IOException {
    var broken = Files.createFile(directory.resolve("broken.so")).toString();
    var good = Files.createFile(directory.resolve("good.so")).toString();
    var binding = new RecordingNvmlBinding();
    var library =
        new NvmlLibrary(
            List.of("libfake.so.1", broken, good),
            name -> {
              if (!name.equals(good)) {
                throw new UnsatisfiedLinkError(name);
              }
              return binding;
            });

    assertThat(library.load()).containsSame(binding);
  }

  @Test
  void system_anyMachine_triesTheSonameFirst() {
    assertThat(NvmlLibrary.system().soname()).isIn("libnvidia-ml.so.1", "nvml.dll");
  }

  private NvmlLibrary failingLibrary(String... names) {
    return new NvmlLibrary(
        List.of(names),
        name -> {
          attemptedNames.add(name);
          throw new UnsatisfiedLinkError(
              "Unable to load " + name + ":\n" + name + ": file too short\nnot in resource path");
        });
  }
}
