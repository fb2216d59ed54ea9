package io.muster.runtime.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_READ;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;

/**
 * The content of a file that holds one secret: a line of UTF-8 text, without the blanks around it.
 *
 * @param secret not empty
 * @param isOpenToAll true if every user of the machine can read or change the file. Access of its
 *     group is not reported: a service often reads a file of root through its group
 */
record SecretFile(Secret secret, boolean isOpenToAll) {
  private static final int MAX_BYTES = 4096;

  /** Reads the file; the message of an exception says what is wrong, without the path. */
  static SecretFile read(String name) throws IOException {
    var path = parsePath(name);
    return new SecretFile(new Secret(readLine(path)), isOpenToAll(path));
  }

  private static Path parsePath(String name) throws IOException {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new IOException("is not a path", e);
    }
  }

  private static String readLine(Path path) throws IOException {
    var text = decode(readBytes(path)).strip();
    if (text.isEmpty()) {
      throw new IOException("the file is empty, expected a secret");
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IOException("expected one line of text");
    }
    return text;
  }

  /** Reads no more than the limit: the path may be that of a device without an end. */
  private static byte[] readBytes(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new IOException("is a directory, expected a file");
    }
    try (var input = Files.newInputStream(path)) {
      var bytes = input.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("more than " + MAX_BYTES + " bytes, expected a secret");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new IOException("no such file", e);
    } catch (AccessDeniedException e) {
      throw new IOException("this user may not read the file", e);
    }
  }

  private static String decode(byte[] bytes) throws IOException {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("expected text in UTF-8", e);
    }
  }

  private static boolean isOpenToAll(Path path) throws IOException {
    var attributes = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (attributes == null) {
      return false; // This file system has no modes.
    }
    var permissions = attributes.readAttributes().permissions();
    return permissions.contains(OTHERS_READ) || permissions.contains(OTHERS_WRITE);
  }
}
