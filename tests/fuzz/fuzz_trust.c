/* In an accepted trust file more witnesses never undo a quorum, and its parts lie in bounds. */
#include "fuzz.h"
#include "trust.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct custody_error err = {0};
    static struct trust trust;
    uint64_t few = 0;

    trust.witness_count = 77;
    enum custody_status rc = trust_parse(data, size, &trust, &err);
    if (rc != CUSTODY_OK) {
        claim_told(rc, &err);
        CLAIM(trust.witness_count == 77);
        return 0;
    }
    CLAIM(trust.witness_count <= TRUST_WITNESSES_MAX && trust.group_count <= TRUST_GROUPS_MAX);
    for (size_t i = 0; i < trust.group_count; i++) {
        CLAIM(trust.groups[i].group_members < UINT64_C(1) << i);
        CLAIM(trust.groups[i].witness_members < UINT64_C(1) << trust.witness_count);
    }
    CLAIM(trust.has_quorum || trust_quorum_met(&trust, 0));
    CLAIM(trust_quorum_met(&trust, UINT64_MAX));
    for (size_t i = 0; i < trust.witness_count; i++) {
        uint64_t more = few | UINT64_C(1) << i;
        CLAIM(!trust_quorum_met(&trust, few) || trust_quorum_met(&trust, more));
        few = more;
    }
    return 0;
}
