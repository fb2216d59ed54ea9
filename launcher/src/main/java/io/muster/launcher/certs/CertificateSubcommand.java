package io.muster.launcher.certs;

import io.muster.runtime.tls.CertificateKeyPair;
import io.muster.runtime.tls.TlsException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that writes a certificate, and prints one line. Used by the main thread only. */
abstract class CertificateSubcommand implements Callable<Integer> {
  private static final int MAX_DAYS = 36_500;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public final Integer call() throws GeneralSecurityException {
    try {
      spec.commandLine().getOut().println(execute());
      return 0;
    } catch (TlsException e) {
      return fail(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return fail("files cannot be written: " + e);
    }
  }

  /** Returns the line to print. */
  abstract String execute() throws IOException, GeneralSecurityException, TlsException;

  final Duration parseDays(String text) {
    try {
      var days = Integer.parseInt(text);
      if (days >= 1 && days <= MAX_DAYS) {
        return Duration.ofDays(days);
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw invalidParameter("--days must be a number from 1 to " + MAX_DAYS + ": '" + text + "'");
  }

  final ParameterException invalidParameter(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  static String summary(Path file, CertificateKeyPair pair) {
    return file + " is valid until " + pair.expiresAt();
  }

  private int fail(String reason) {
    spec.commandLine().getErr().println("muster: " + reason);
    return 1;
  }
}
