// SPDX-License-Identifier: Apache-2.0
/** What the codecs of the API promise. */
package io.millrace.core.codec;
