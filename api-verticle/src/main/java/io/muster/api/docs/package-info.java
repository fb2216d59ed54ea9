/**
 * The documents of the interfaces, OpenAPI, AsyncAPI and the schema of a frame, and their pages.
 *
 * <p>May import: schema.frame, api.http, api.rest.contract.
 */
@NullMarked
package io.muster.api.docs;

import org.jspecify.annotations.NullMarked;
