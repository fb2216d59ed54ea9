package io.muster.runtime.tls;

import java.util.List;

/** The purpose of a certificate, which its extensions state (RFC 5280, section 4.2.1). */
public enum CertificateUse {
  /** Signs the certificates of nodes, but no authorities. */
  AUTHORITY(
      Der.sequence(Der.yes(), Der.integer(0)),
      CertificateUse.KEY_CERT_SIGN | CertificateUse.CRL_SIGN),
  /** Identifies a node to the clients of its endpoints. */
  SERVER(Der.sequence(), CertificateUse.DIGITAL_SIGNATURE, CertificateUse.SERVER_AUTH),
  /** Identifies a node to its clients and to other members. */
  NODE(
      Der.sequence(),
      CertificateUse.DIGITAL_SIGNATURE,
      CertificateUse.SERVER_AUTH,
      CertificateUse.CLIENT_AUTH),
  /**
   * Identifies every holder of one shared key. It is a certificate of an authority, because Java
   * trusts no other as an anchor.
   */
  SHARED(Der.sequence(Der.yes()), 0);

  private static final int DIGITAL_SIGNATURE = 0x80;
  private static final int KEY_CERT_SIGN = 0x04;
  private static final int CRL_SIGN = 0x02;
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

  private final byte[] basicConstraints;
  private final int keyUsage;
  private final List<String> extendedKeyUsage;

  CertificateUse(byte[] basicConstraints, int keyUsage, String... extendedKeyUsage) {
    this.basicConstraints = basicConstraints;
    this.keyUsage = keyUsage;
    this.extendedKeyUsage = List.of(extendedKeyUsage);
  }

  byte[] basicConstraints() {
    return basicConstraints.clone();
  }

  /** The permitted uses of the key, as bits; 0 if there is no restriction. */
  int keyUsage() {
    return keyUsage;
  }

  /** The object identifiers of the permitted purposes; empty if there is no restriction. */
  List<String> extendedKeyUsage() {
    return extendedKeyUsage;
  }
}
