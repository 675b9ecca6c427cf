/* The words of the command line. */
#include "text.h"

#include <assert.h>

struct text_row {
    const char *zh;
    const char *en;
};

static const struct text_row text_rows[TEXT_COUNT] = {
#define X(name, zh_text, en_text) [TEXT_##name] = {zh_text, en_text},
    TEXT_LIST(X)
#undef X
};

const char *text_of(enum custody_lang lang, enum text_id id)
{
    assert((unsigned)id < (unsigned)TEXT_COUNT);
    return lang == CUSTODY_ZH ? text_rows[id].zh : text_rows[id].en;
}

const char *text_status(enum custody_lang lang, enum custody_status status)
{
    if (lang == CUSTODY_EN) {
        return custody_status_text(status);
    }
    switch (status) {
    case CUSTODY_OK:
        return "完成";
    case CUSTODY_ERR_NOMEM:
        return "内存不足";
    case CUSTODY_ERR_IO:
        return "读写失败";
    case CUSTODY_ERR_INVALID:
        return "内容不合格式";
    case CUSTODY_ERR_LIMIT:
        return "超出限额";
    case CUSTODY_ERR_CRYPTO:
        return "口令不对或文件损坏";
    case CUSTODY_ERR_USAGE:
        return "用法不对";
    case CUSTODY_ERR_TAMPERED:
        return "校验不通过";
    case CUSTODY_ERR_REFUSED:
        return "被规则拒绝";
    case CUSTODY_ERR_NOT_FOUND:
        return "找不到";
    case CUSTODY_ERR_UNCHECKED:
        return "无法校验";
    case CUSTODY_ERR_BUSY:
        return "忙,请再试";
    }
    return "失败";
}
